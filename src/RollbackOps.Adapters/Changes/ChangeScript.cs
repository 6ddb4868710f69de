namespace RollbackOps.Adapters.Changes;

/// <summary>
/// The script of an export in the making. Rows come in the order of their keys, and have to be deleted before any is
/// inserted, since two may have exchanged a value that is unique: so each part is a file until the end.
/// </summary>
internal sealed class ChangeScript
{
    /// <summary>Its file name.</summary>
    public const string FileName = "apply.sql";

    private readonly ChangeFolder _folder;

    public ChangeScript(ChangeFolder folder)
    {
        _folder = folder;
        Begin = folder.Create("1-begin.part");
        Deletes = folder.Create("2-deletes.part");
        Inserts = folder.Create("3-inserts.part");
        End = folder.Create("4-end.part");
    }

    /// <summary>What comes first: the schema.</summary>
    public ChangeFile Begin { get; }

    /// <summary>Rows that go, or change.</summary>
    public ChangeFile Deletes { get; }

    /// <summary>Rows that come, or have changed.</summary>
    public ChangeFile Inserts { get; }

    /// <summary>What comes last.</summary>
    public ChangeFile End { get; }

    /// <summary>Puts the parts together and gives the script's hash.</summary>
    public string Finish()
    {
        var script = _folder.Create(FileName);
        foreach (var part in new[] { Begin, Deletes, Inserts, End })
        {
            script.Take(part);
        }

        return script.Finish();
    }
}
