using System.Runtime.InteropServices;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>The clients of a measurement's cells, numbered; those since go-live, and their shares before it.</summary>
internal sealed class ClientNames : ICellClients
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<ClientShare[]> _cells = [];
    private readonly Dictionary<int, long> _before = [];
    private readonly Dictionary<int, long> _since = [];
    private long _requests;
    private long _told;

    /// <summary>Whether the source tells clients apart, for every request that it counts.</summary>
    public bool IsKnown => _told > 0 && _told == _requests;

    /// <summary>The name of a client.</summary>
    public string NameOf(int client) => _names[client];

    /// <inheritdoc />
    public ReadOnlySpan<ClientShare> Of(int cell) => _cells[cell];

    /// <summary>The greatest share of one client, among the requests before go-live or since.</summary>
    public double LargestShare(bool before)
    {
        var counts = before ? _before : _since;
        return counts.Count == 0 ? 0 : (double)counts.Values.Max() / counts.Values.Sum();
    }

    /// <summary>Takes the next cell since go-live; null for one that is missing.</summary>
    public void Add(TrafficCell? cell)
    {
        var shares = Shares(cell);
        _cells.Add(shares);
        _requests += cell?.Requests ?? 0;
        foreach (var share in shares)
        {
            _told += share.Requests;
            Count(_since, share);
        }
    }

    /// <summary>Takes a cell before go-live; null for one that is missing.</summary>
    public void AddBefore(TrafficCell? cell)
    {
        foreach (var share in Shares(cell))
        {
            Count(_before, share);
        }
    }

    private static void Count(Dictionary<int, long> counts, in ClientShare share) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, share.Client, out _) += share.Requests;

    private ClientShare[] Shares(TrafficCell? cell)
    {
        if (cell?.Clients is not { Count: > 0 } clients)
        {
            return [];
        }

        var shares = new ClientShare[clients.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, clients[i].Client, out var isKnown);
            if (!isKnown)
            {
                number = _names.Count;
                _names.Add(clients[i].Client);
            }

            shares[i] = new ClientShare(number, clients[i].Requests, clients[i].Errors);
        }

        return shares;
    }
}
