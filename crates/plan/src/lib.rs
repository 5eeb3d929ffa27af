//! The GenerationPlan and the ModelCard, their canonical form and hash
