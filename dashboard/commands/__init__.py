"""What can be typed after `rapport`, one file for each subject.

Each command reads its words, calls one use case, and says in a sentence what came of it. What it needs beyond that it
imports when it runs: a command that a server carries out must not load the database first.
"""
