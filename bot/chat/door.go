package chat

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Door takes in what people do on a platform. What it has taken is done, also when the engine is away for a while and
// when the process dies.
type Door struct {
	Desk     *bot.Desk
	Platform Platform
	Outbox   *Outbox
	Inbox    *Inbox
	Keeper   *Keeper
	SignIn   SignIn        // nil: there is none
	Emails   bool          // an account without a person may be linked by the address that the platform vouches for
	Patience time.Duration // how long an acknowledgement waits for what comes of a click; 0: it does not
	Clock    func() time.Time
	Logger   *slog.Logger

	workers chan struct{} // one for each delivery that is being done
	starts  chan struct{} // one for each change that is being started
	recent  recent
	mu      sync.Mutex
	ending  context.Context
	end     context.CancelFunc
	running sync.WaitGroup
}

const (
	maxWorkers = 1000
	maxStarts  = 16 // an engine that is behind gains nothing from being asked for more
	// checkTime is how long a form may be checked before it is taken unchecked; what is wrong is said afterwards then.
	checkTime = 1500 * time.Millisecond
)

// Start makes the door ready and goes on with what an earlier process has left.
func (d *Door) Start() {
	d.workers, d.starts = make(chan struct{}, maxWorkers), make(chan struct{}, maxStarts)
	d.ending, d.end = context.WithCancel(context.Background())
	for _, x := range d.Inbox.Open() {
		d.work(x)
	}
}

// Stop ends the work; what is not done is done by the next process.
func (d *Door) Stop() error {
	d.mu.Lock() // so that whoever is about to start work has started it
	d.end()
	d.mu.Unlock()
	d.running.Wait()
	return d.Inbox.Close()
}

// Take takes a delivery and returns when it is safe, so that it can be acknowledged. An error means that it was not taken.
func (d *Door) Take(ctx context.Context, x Delivery) (Answer, error) {
	switch x.Kind {
	case Suggest:
		return d.suggest(ctx, x), nil
	case Home:
		if !d.recent.has(x.Key) {
			d.recent.add(x.Key) // at once: a platform may bring it twice, and show it twice
			d.work(x)
		}
		return Answer{}, nil
	case Submit:
		if a := d.check(ctx, x); len(a.Wrong) > 0 {
			return a, nil
		}
	case Say, Press:
	}
	if d.recent.has(x.Key) {
		return Answer{}, nil
	}
	fresh, err := d.Inbox.Put(x)
	if err != nil || !fresh {
		return Answer{}, err
	}
	if d.recent.has(x.Key) { // it was done between the two questions
		d.Inbox.Done(x.Key)
		return Answer{}, nil
	}
	came := d.work(x)
	if d.Patience == 0 || x.Kind == Say {
		return Answer{}, nil
	}
	select {
	case a := <-came:
		return a, nil
	case <-time.After(d.Patience):
	case <-ctx.Done(): // it is kept, and whoever waits must be answered now
	}
	d.late(x, came)
	return Answer{}, nil
}

// late tells a person of a refusal that came when their click was answered already.
func (d *Door) late(x Delivery, came <-chan Answer) {
	d.beside(func() {
		select {
		case a := <-came:
			if a.Bad {
				x.By.Key = x.Key
				d.whisper(x, a.Text)
			}
		case <-d.ending.Done():
		}
	})
}

// beside does something that nobody waits for, unless the door is closing.
func (d *Door) beside(work func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending.Err() == nil {
		d.running.Go(work)
	}
}

// work does a delivery beside its acknowledgement, and hands out what came of it.
func (d *Door) work(x Delivery) <-chan Answer {
	came := make(chan Answer, 1)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending.Err() != nil {
		return came
	}
	d.running.Go(func() {
		select {
		case d.workers <- struct{}{}:
			defer func() { <-d.workers }()
		case <-d.ending.Done():
			return
		}
		a, done := d.insist(x)
		came <- a
		if done && x.Kind != Home {
			if x.Kind != Submit || !a.Bad { // a refused form may be sent again as it is
				d.recent.add(x.Key)
			}
			d.Inbox.Done(x.Key)
		}
	})
	return came
}

// tellAfter is how long a person waits for an answer before they are told that it will come.
const tellAfter = 3 * time.Second

// maxWait is how long a request waits for the engine. One that is older would surprise: the world has moved on.
const maxWait = time.Hour

// insist does a delivery until it is done. A person hears that it waits, once.
func (d *Door) insist(x Delivery) (_ Answer, done bool) {
	x.By.Key = x.Key
	var once sync.Once
	tell := func() {
		once.Do(func() {
			d.whisper(x, ops.Textf("it is kept and waits: the engine does not answer now. It is done as soon as it does, within an hour", "已受理,正在等待:引擎暂无响应,恢复后将立即执行(一小时内)"))
		})
	}
	f := &first{door: d}
	slow := time.AfterFunc(tellAfter, tell)
	defer slow.Stop()
	for delay := 500 * time.Millisecond; ; delay = min(2*delay, 15*time.Second) {
		a, err := d.do(d.ending, x, f)
		f.started()
		switch {
		case d.ending.Err() != nil:
			return Answer{}, false
		case err == nil:
			return a, true
		case ops.CodeOf(err) != ops.Unavailable:
			f.refused(d.ending, err)
			return d.refuse(x, err), true
		case !x.At.IsZero() && d.Clock().Sub(x.At) > maxWait:
			err = ops.Errorf(ops.Unavailable, "it was not done: the engine was away for too long; ask again", "未执行:引擎长时间无响应,请重新申请")
			f.refused(d.ending, err)
			return d.refuse(x, err), true
		}
		d.Logger.Warn("a delivery waits", "surface", d.Platform.Name(), "key", x.Key, "error", err)
		tell()
		select {
		case <-d.ending.Done():
			return Answer{}, false
		case <-time.After(delay):
		}
	}
}

// refuse tells a person why nothing was done.
func (d *Door) refuse(x Delivery, err error) Answer {
	if e := ops.AsError(err); e == nil || e.Code == ops.Internal {
		d.Logger.Error("a delivery failed", "surface", d.Platform.Name(), "key", x.Key, "error", err)
	}
	if d.Patience == 0 || x.Kind == Say {
		d.whisper(x, ops.TextOf(err))
	}
	return Answer{Text: ops.TextOf(err), Bad: true}
}

// whisper tells a person something, as well as it can be told.
func (d *Door) whisper(x Delivery, t ops.Text) {
	ctx, cancel := context.WithTimeout(d.ending, callTimeout)
	defer cancel()
	if err := d.Platform.Whisper(ctx, x.By, Content{Text: t, Lang: d.lang(x.By)}); err != nil {
		d.Logger.Warn("a person could not be answered", "surface", d.Platform.Name(), "error", err)
	}
}
