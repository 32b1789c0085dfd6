"""Whose stock this is: name, address, logo and currency, as papers, mails and pages show them."""
