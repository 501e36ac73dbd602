"""One factory per model of console; the table guards use them."""
