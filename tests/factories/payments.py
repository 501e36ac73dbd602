"""One factory per model of payments; the table guards use them."""
