"""Look-through of code in other languages: what a program text would do, as far as reading it tells."""
