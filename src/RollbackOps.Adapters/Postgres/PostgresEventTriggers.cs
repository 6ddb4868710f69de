using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// The event triggers of a restored database: they are to act on what its users do, and not on statements of ours, which
/// they may forbid, or answer with rows that are in no backup.
/// </summary>
/// <param name="Off">The statements that switch them off; no event trigger acts on these.</param>
/// <param name="On">The statements that make them again what they were.</param>
internal sealed record PostgresEventTriggers(IReadOnlyList<string> Off, IReadOnlyList<string> On)
{
    /// <summary>Switches those of a database off, which takes a superuser; without one there is nothing to do.</summary>
    public static async Task<PostgresEventTriggers> SwitchOffAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var known = await connection.RowsAsync(
            "SELECT quote_ident(evtname), evtenabled FROM pg_event_trigger WHERE evtenabled <> 'D' ORDER BY evtname",
            reader => (Statement: $"ALTER EVENT TRIGGER {reader.GetString(0)}", Enabled: reader.GetChar(1)), cancellationToken);
        var triggers = new PostgresEventTriggers(
            [.. known.Select(one => $"{one.Statement} DISABLE")],
            [.. known.Select(one => $"{one.Statement} ENABLE{one.Enabled switch { 'R' => " REPLICA", 'A' => " ALWAYS", _ => "" }}")]);
        await RunAsync(connection, triggers.Off, cancellationToken);
        return triggers;
    }

    /// <summary>Switches them on again, each as it was.</summary>
    public Task SwitchOnAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        RunAsync(connection, On, cancellationToken);

    private static async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        if (statements.Count > 0)
        {
            await connection.ExecuteAsync(string.Join("; ", statements), cancellationToken);
        }
    }
}
