namespace RollbackOps.Decisions;

/// <summary>What one client did in one cell.</summary>
/// <param name="Client">The client's number within the series.</param>
/// <param name="Requests">Its requests.</param>
/// <param name="Errors">Errors among them.</param>
internal readonly record struct ClientShare(int Client, long Requests, long Errors);

/// <summary>Tells apart the clients of a series' cells.</summary>
internal interface ICellClients
{
    /// <summary>Every client that made a request in a cell.</summary>
    ReadOnlySpan<ClientShare> Of(int cell);
}
