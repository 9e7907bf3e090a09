// Command orderly is the whole program: the server with its roles, and the command line of those who use it.
package main

func main() {}
