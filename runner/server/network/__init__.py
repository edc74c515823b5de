"""A network between clients and their server that can be made slow, narrow, silent or broken."""
