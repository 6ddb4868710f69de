namespace RollbackOps.Decisions;

/// <summary>Errors per client in the last hour, carried along cell by cell.</summary>
internal sealed class ClientTally
{
    private readonly ICellClients _clients;
    private readonly Dictionary<int, long> _errors = [];
    private int _from;
    private int _to;

    public ClientTally(ICellClients clients) => _clients = clients;

    /// <summary>The client with most errors in the cells from one to before another; null without an error.</summary>
    public (int Client, long Errors)? Worst(int from, int to)
    {
        for (; _to < to; _to++)
        {
            Count(_to, sign: 1);
        }

        for (; _from < from; _from++)
        {
            Count(_from, sign: -1);
        }

        (int Client, long Errors)? worst = null;
        foreach (var (client, errors) in _errors)
        {
            // Of equals the lower number, so that the order of the cells decides nothing.
            if (errors > 0 && (worst is not { } most || errors > most.Errors || (errors == most.Errors && client < most.Client)))
            {
                worst = (client, errors);
            }
        }

        return worst;
    }

    private void Count(int cell, int sign)
    {
        foreach (var share in _clients.Of(cell))
        {
            if (share.Errors > 0)
            {
                _errors[share.Client] = _errors.GetValueOrDefault(share.Client) + (sign * share.Errors);
            }
        }
    }
}
