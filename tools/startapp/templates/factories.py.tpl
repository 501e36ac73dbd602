"""One factory per model of $words; the table guards use them."""
