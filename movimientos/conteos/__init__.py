"""Count sessions: what to count, what each person counted and when, what follows from it, and its approval.

A number is compared with the balance of its own moment, whatever moves meanwhile. `reglas` decides what the numbers of a line
say; `services` takes them; `aprobacion` posts them through the count of `movimientos.services`.
"""
