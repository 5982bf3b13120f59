"""Where answers are kept: in this process, and in a store that workers share."""
