"""The second factor: a code of six digits (TOTP, RFC 6238), optional for each user and compulsory for some roles.

What a session still owes is written in the session when it begins, so that a request costs no query to know it.
"""
