using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A restore of a small database, or its undo, that is to be cut off.</summary>
/// <param name="Verb">What is done.</param>
/// <param name="JournalMode">The journal mode of the live database.</param>
/// <param name="SmokeFails">Whether what was swapped in does not serve, and is swapped out again.</param>
internal sealed record KillScene(string Verb, string JournalMode, bool SmokeFails = false)
{
    private const string Commands = """
        , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["touch", "up"] },
        "smoke": { "command": ["test", "!", "-e", "fails"] }
        """;

    public bool IsUndo => Verb is DatabaseRuns.Undo or DatabaseRuns.UndoInPlace;

    public bool IsInPlace => Verb is DatabaseRuns.InPlace or DatabaseRuns.UndoInPlace;

    /// <summary>Lays one out.</summary>
    public async Task<CutOffRestore> LayOutAsync()
    {
        var world = new SqliteWorld(JournalMode, orders: 12, database: Commands);
        await File.WriteAllTextAsync(world.UpFile, "");
        var good = SqliteWorld.Content(world.Path);
        await world.BackUpAsync();
        world.Run("UPDATE orders SET note = 'corrupted'; DELETE FROM orders WHERE id = 3; INSERT INTO customers VALUES (77, 'Zoë')");
        var bad = SqliteWorld.Content(world.Path);
        if (IsUndo)
        {
            await world.RestoreAsync(world.List()[0]);
        }

        if (SmokeFails)
        {
            await File.WriteAllTextAsync(System.IO.Path.Combine(world.Root, "fails"), "");
        }

        return new CutOffRestore(this, world, IsUndo ? good : bad, IsUndo ? bad : good);
    }

    /// <summary>Every boundary of one that is left alone.</summary>
    /// <param name="end">How it ends.</param>
    public async Task<IReadOnlyList<string>> BoundariesAsync(string end)
    {
        using var whole = await LayOutAsync();
        using var watch = new BoundaryWatch((_, _, _) => { });
        var said = await DatabaseRuns.DoAsync(Verb, whole.World.Open());
        Assert.StartsWith(end + " ", said, StringComparison.Ordinal);
        return watch.Seen;
    }

    /// <summary>
    /// The numbers of the boundaries that something lies between. Nothing does between an intent's record and its effect, nor
    /// between an effect and its record.
    /// </summary>
    public static IReadOnlyList<int> Apart(IReadOnlyList<string> boundaries) =>
        [.. Enumerable.Range(1, boundaries.Count).Where(number => number == 1 || !(IsAt(boundaries, number, "Effect.Before ") && IsAt(boundaries, number - 1, "Journal.After "))
            && !(IsAt(boundaries, number, "Journal.Before ") && IsAt(boundaries, number - 1, "Effect.After ")))];

    private static bool IsAt(IReadOnlyList<string> boundaries, int number, string kind) =>
        boundaries[number - 1].StartsWith(kind, StringComparison.Ordinal);
}
