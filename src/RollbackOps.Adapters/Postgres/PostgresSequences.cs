using System.Globalization;
using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Sets the sequences of what is swapped in beyond the live ones: a restored sequence would give out ids that left-behind
/// rows have already (S30).
/// </summary>
internal static class PostgresSequences
{
    private const string Query =
        """
        SELECT schemaname, sequencename, last_value, increment_by, min_value, max_value, cycle FROM pg_sequences
        WHERE last_value IS NOT NULL
        """;

    /// <summary>How far each has come.</summary>
    public static async Task<IReadOnlyList<PostgresSequence>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.RowsAsync(
            Query,
            reader => new PostgresSequence(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetBoolean(6)),
            cancellationToken);

    /// <summary>Refuses, before anything is stopped, where a sequence has not so many values left.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnsuitable"/>.</exception>
    public static async Task RequireRoomAsync(NpgsqlConnection live, int reserve, CancellationToken cancellationToken)
    {
        foreach (var sequence in await ReadAsync(live, cancellationToken))
        {
            sequence.Beyond(reserve, restored: null);
        }
    }

    /// <summary>Sets those that are there too beyond the live values; one that has come further stays.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnsuitable"/>: one would overflow.</exception>
    /// <returns>How many were set.</returns>
    public static async Task<int> AdvanceAsync(
        NpgsqlConnection side, IReadOnlyList<PostgresSequence> live, int reserve, CancellationToken cancellationToken)
    {
        var known = (await side.RowsAsync(
            "SELECT schemaname, sequencename, last_value FROM pg_sequences",
            reader => ((reader.GetString(0), reader.GetString(1)), reader.IsDBNull(2) ? (long?)null : reader.GetInt64(2)),
            cancellationToken)).ToDictionary(one => one.Item1, one => one.Item2);
        var statements = live
            .Where(sequence => known.ContainsKey((sequence.Schema, sequence.Name)))
            .Select(sequence => (Sequence: sequence, Next: sequence.Beyond(reserve, known[(sequence.Schema, sequence.Name)])))
            .Where(one => one.Next is not null)
            .Select(one => string.Create(CultureInfo.InvariantCulture,
                $"SELECT setval({PostgresSql.Literal($"{PostgresSql.Quote(one.Sequence.Schema)}.{PostgresSql.Quote(one.Sequence.Name)}")}, {one.Next})"))
            .ToList();
        if (statements.Count > 0)
        {
            await side.ExecuteAsync(string.Join("; ", statements), cancellationToken);
        }

        return statements.Count;
    }
}

/// <summary>A sequence and how far it has come.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Last">The last value it gave.</param>
/// <param name="Increment">How far it goes at each step; below 0 when it counts down.</param>
/// <param name="Least">Its least value.</param>
/// <param name="Most">Its largest value.</param>
/// <param name="IsCycle">Whether it begins anew at its end.</param>
internal sealed record PostgresSequence(
    string Schema, string Name, long Last, long Increment, long Least, long Most, bool IsCycle)
{
    /// <summary>The value to set where it is restored; null where it has come further there.</summary>
    /// <param name="reserve">How many values are left out.</param>
    /// <param name="restored">The last value there; null when it gave none yet.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnsuitable"/>: there are not as many values left.</exception>
    public long? Beyond(int reserve, long? restored)
    {
        var next = (Int128)Last + ((Int128)reserve * Increment);
        if (restored is { } there && (Increment > 0 ? there >= next : there <= next))
        {
            return null;
        }

        if (next >= Least && next <= Most)
        {
            return (long)next;
        }

        return IsCycle ? Around(reserve) : throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
            string.Create(CultureInfo.InvariantCulture,
                $"The sequence {Inert.Line(Schema)}.{Inert.Line(Name)} is at {Last} and has no {reserve} values left before {(Increment > 0 ? Most : Least)}: ids would be given twice."),
            "Set database.postgres.sequenceReserve lower, or make the sequence larger first.", $"{Schema}.{Name}");
    }

    /// <summary>So many values on, where it begins anew on the way.</summary>
    private long Around(int reserve)
    {
        var (first, end) = Increment > 0 ? (Least, Most) : (Most, Least);
        var left = ((Int128)end - Last) / Increment;
        var all = (((Int128)end - first) / Increment) + 1;
        return (long)(first + ((reserve - left - 1) % all * Increment));
    }
}
