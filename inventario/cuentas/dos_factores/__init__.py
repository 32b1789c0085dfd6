"""The second factor: a code of six digits (TOTP, RFC 6238), optional for each user and compulsory for some roles.

Whether a user has one, or must, is read with the user of each request: what a session was when it began does not matter.
"""
