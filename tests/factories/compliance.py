"""One factory per model of compliance; the table guards use them."""
