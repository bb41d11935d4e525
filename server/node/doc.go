// Package node is one running process: it reads the configuration, builds
// every part, starts them, joins them, and drains them. It alone knows
// everybody. The rules of the city live in the packages below; what is here
// is which part speaks to which.
package node
