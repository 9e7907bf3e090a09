package demo

import (
	"context"
	_ "embed"

	"orderly.example/integrations/inventory"
	"orderly.example/integrations/kubernetes/simulated"
)

//go:embed inventory.yaml
var services []byte

//go:embed world.yaml
var world []byte

// Inventory is the company's services.
func Inventory() inventory.Source { return inventory.Text(services, "demo/inventory.yaml") }

// World is what runs of them. The files are part of the program, so a mistake in them is a defect and panics.
func World() simulated.World {
	all, err := Inventory().Services(context.Background())
	if err != nil {
		panic("demo: " + err.Error())
	}
	w, err := simulated.NewWorld(all, world)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return w
}
