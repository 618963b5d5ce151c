//! Both text formats of the metrics.
