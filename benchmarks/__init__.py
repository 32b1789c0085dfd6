"""How fast Inventario is, measured against what the database and the framework themselves can do, in the same run.

    python -m benchmarks [--size quick|large] [--json FILE] [--only NAME ...]

docs/proofs.md explains every figure and its reference.
"""
