"""Answer the delivery questions: coverage, chain, sites, scenarios; pure, orders the steps."""
