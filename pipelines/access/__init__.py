"""How far people are from things: travel models, access measures, remoteness."""
