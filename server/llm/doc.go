// Package llm is the door of a language model that runs beside the server: it
// speaks to Ollama and to nothing else. It owns the queue before the model (one
// request at a time, the more urgent first), the deadlines and the circuit
// breaker. It never retries, never keeps or logs anybody's words, and never
// makes a caller wait longer than the request says: a model that is absent,
// slow, dead or babbling is an error that comes in time.
package llm
