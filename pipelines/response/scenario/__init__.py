"""What if: services and projects added, moved and closed, travel times changed, and what that means for whom."""
