namespace RollbackOps.Decisions;

/// <summary>A series as it is without one client's requests, brought up to date when it is asked.</summary>
internal sealed class WithoutClient
{
    private readonly TrafficNumbers _numbers;
    private readonly CellSeries _whole;
    private readonly ICellClients _clients;

    public WithoutClient(TrafficNumbers numbers, CellSeries whole, ICellClients clients, int client, EvidenceNull @null, bool isAnchored)
    {
        _numbers = numbers;
        _whole = whole;
        _clients = clients;
        Client = client;
        Cells = new CellSeries(whole.Count + 1);
        Evidence = new Evidence(@null, isAnchored);
    }

    /// <summary>The client that is left out.</summary>
    public int Client { get; }

    /// <summary>The rest of the traffic.</summary>
    public CellSeries Cells { get; }

    /// <summary>W of the rest.</summary>
    public Evidence Evidence { get; }

    /// <summary>Takes the cells up to before one.</summary>
    public void Advance(int to)
    {
        for (var cell = Cells.Count; cell < to; cell++)
        {
            var (requests, errors) = (_whole.Requests(cell, cell + 1), _whole.Errors(cell, cell + 1));
            foreach (var share in _clients.Of(cell))
            {
                if (share.Client == Client)
                {
                    (requests, errors) = (requests - share.Requests, errors - share.Errors);
                }
            }

            if (_whole.HasGap(cell, cell + 1))
            {
                Cells.AddGap();
            }
            else
            {
                Cells.Add(requests, errors, slow: 0);
            }

            Evidence.Add(requests, errors, cell % _numbers.CellsPerMinute == 0);
        }
    }
}
