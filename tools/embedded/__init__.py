"""PostgreSQL and Redis from the binaries of two Python packages: started by us, private to one run folder."""
