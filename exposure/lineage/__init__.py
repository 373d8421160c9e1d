"""Where a number comes from: the tree from a rank down to facts and documents."""
