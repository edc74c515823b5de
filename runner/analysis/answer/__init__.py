"""The answer of a run: a few sentences that follow from its rows by the rules of docs/answer.md."""
