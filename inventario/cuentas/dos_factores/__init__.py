"""The second factor: a code of six digits (TOTP, RFC 6238), optional for each user and compulsory for some roles.

When a session begins, what it must still do (give a code, set up a device) is written in it. So a request needs no query to know.
"""
