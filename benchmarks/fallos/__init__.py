"""Proof of what Inventario promises when things go wrong, each promise with its negative control.

`make faults` (minutes) or `make faults FULL=1` (the whole counts of docs/proofs.md). A real PostgreSQL with its
default durability, gunicorn with the production settings, every request over HTTP. Only processes started here are
killed, by pid.
"""
