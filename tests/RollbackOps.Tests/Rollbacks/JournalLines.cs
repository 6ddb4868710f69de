using System.Text;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>A journal as a list of lines, to be tampered with.</summary>
internal sealed class JournalLines
{
    private JournalLines(byte[] bytes, JournalHead head)
    {
        Bytes = bytes;
        Head = head;
        var text = Encoding.UTF8.GetString(bytes);
        Lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + "\n")];
    }

    public byte[] Bytes { get; }

    public JournalHead Head { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The journal of a rollback and its undo, as the runner writes it.</summary>
    public static async Task<JournalLines> OfRollbackAndUndoAsync(bool isUndone = true)
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        if (isUndone)
        {
            await world.UndoAsync();
        }

        return new JournalLines(world.Store.Bytes, world.Store.Head!);
    }

    /// <summary>A few short records.</summary>
    public static JournalLines OfMarks(int count)
    {
        var world = World.WithThree();
        for (var i = 0; i < count; i++)
        {
            new DeploymentMarks(world.Context).Block(world.Platform.Deployments[i % 3], $"reason {i} é");
        }

        return new JournalLines(world.Store.Bytes, world.Store.Head!);
    }

    public JournalReading Read() => Read(Bytes);

    public JournalReading Read(byte[] bytes, bool withHead = true) =>
        JournalCodec.Decode(bytes, withHead ? Head : null);

    public JournalReading Read(IEnumerable<string> lines) => Read(Encoding.UTF8.GetBytes(string.Concat(lines)));
}
