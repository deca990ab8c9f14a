"""The nouns: plan, clause, feature, claim, verdict, network. Pure; opens no file."""
