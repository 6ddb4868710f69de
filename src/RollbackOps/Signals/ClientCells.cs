using System.Numerics;

namespace RollbackOps.Signals;

/// <summary>Requests and errors of clients in cells. A table of its own, since a day has millions of them.</summary>
internal sealed class ClientCells
{
    private Entry[] _entries = new Entry[256];

    /// <summary>How many pairs of a cell and a client there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds to a client's counts in a cell.</summary>
    public void Add(int cell, int client, long requests, long errors)
    {
        ref var entry = ref Find(cell, client);
        if (entry.Requests == 0)
        {
            (entry.Cell, entry.Client) = (cell, client);
            Count++;
        }

        entry.Requests += requests;
        entry.Errors += errors;
        if (Count * 2 > _entries.Length)
        {
            Grow();
        }
    }

    /// <summary>Adds another's counts.</summary>
    /// <param name="other">The other.</param>
    /// <param name="clients">Our number for each of its clients.</param>
    public void Add(ClientCells other, int[] clients)
    {
        // Room first: taken in the order of one table, they would crowd a smaller one.
        while (Count + other.Count > _entries.Length / 2)
        {
            Grow();
        }

        foreach (ref readonly var entry in other._entries.AsSpan())
        {
            if (entry.Requests > 0)
            {
                Add(entry.Cell, clients[entry.Client], entry.Requests, entry.Errors);
            }
        }
    }

    /// <summary>Every client over all cells, those with most errors first; a client's number is its place in the names.</summary>
    public List<ClientTraffic> Totals(IReadOnlyList<string> names)
    {
        var totals = names.Select(name => new Entry()).ToArray();
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            totals[entry.Client].Requests += entry.Requests;
            totals[entry.Client].Errors += entry.Errors;
        }

        return [.. totals.Select((total, client) => new ClientTraffic { Client = names[client], Requests = total.Requests, Errors = total.Errors })
            .OrderByDescending(client => client.Errors).ThenByDescending(client => client.Requests).ThenBy(client => client.Client, StringComparer.Ordinal)];
    }

    /// <summary>The clients of each cell by its number, each in the order of the names.</summary>
    public Dictionary<int, List<ClientTraffic>> ByCell(IReadOnlyList<string> names)
    {
        var order = Enumerable.Range(0, names.Count).OrderBy(client => names[client], StringComparer.Ordinal).ToArray();
        var rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            rank[order[i]] = i;
        }

        // By rank first, by counting; so each cell's come in order.
        var starts = new int[names.Count + 1];
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            starts[entry.Requests > 0 ? rank[entry.Client] + 1 : 0]++;
        }

        starts[0] = 0;
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var pairs = new Entry[Count];
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Requests > 0)
            {
                pairs[starts[rank[entry.Client]]++] = entry;
            }
        }

        var cells = new Dictionary<int, List<ClientTraffic>>();
        foreach (ref readonly var entry in pairs.AsSpan())
        {
            if (!cells.TryGetValue(entry.Cell, out var clients))
            {
                cells[entry.Cell] = clients = [];
            }

            clients.Add(new ClientTraffic { Client = names[entry.Client], Requests = entry.Requests, Errors = entry.Errors });
        }

        return cells;
    }

    private ref Entry Find(int cell, int client)
    {
        // Spread by the golden ratio: neighbouring cells and clients would else meet.
        var key = ((ulong)(uint)cell << 32) | (uint)client;
        var at = (int)((key * 0x9E3779B97F4A7C15) >> (64 - BitOperations.Log2((uint)_entries.Length)));
        while (true)
        {
            ref var entry = ref _entries[at];
            if (entry.Requests == 0 || (entry.Cell == cell && entry.Client == client))
            {
                return ref entry;
            }

            at = (at + 1) & (_entries.Length - 1);
        }
    }

    private void Grow()
    {
        var before = _entries;
        _entries = new Entry[before.Length * 2];
        foreach (var entry in before)
        {
            if (entry.Requests > 0)
            {
                Find(entry.Cell, entry.Client) = entry;
            }
        }
    }

    private struct Entry
    {
        public int Cell;
        public int Client;
        public long Requests;
        public long Errors;
    }
}
