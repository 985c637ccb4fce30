"""What was written offline against what stands now: merged, chosen, kept, and told afterwards."""
