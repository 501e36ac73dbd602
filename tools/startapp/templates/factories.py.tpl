"""One factory per model of $words; the table guards use them. Call them inside an open unit."""
