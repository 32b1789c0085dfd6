"""From somebody's spreadsheet to products, lots and opening stock.

`archivo` opens the file, `cabecera` finds its columns, `valores` reads a cell, `lectura` all the rows: none of them knows the
database. `plan` compares what was read with what there is, `publicar` writes it through the services, `services` is the door.
"""
