namespace RollbackOps.Decisions;

/// <summary>The written decision tree, with the way that a verdict took through it.</summary>
internal static class DecisionTree
{
    public const string Critical = "yes, critical (P1): immediate rollback";
    public const string High = "yes, high impact (P2): assess and decide; roll back if unfixable quickly";
    public const string Medium = "yes, medium impact (P3): monitor and decide; roll back if not stabilizing";
    public const string Low = "low impact (P4): fix forward, deploy a fix";
    public const string Unknown = "cannot be told yet: insufficient data";

    private static readonly string[] s_branches = [Critical, High, Medium, Low];

    /// <summary>The tree's lines; the branch that was taken bears a sign and its ground.</summary>
    /// <param name="path">The way: the question, the branch, and its leaves.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<string> path)
    {
        var lines = new List<string>();
        if (path.Count < 2)
        {
            return [.. path];
        }

        lines.Add(path[0]);
        var taken = path[1];
        string[] branches = s_branches.Contains(taken) ? s_branches : [.. s_branches, taken];
        for (var i = 0; i < branches.Length; i++)
        {
            var isLast = i == branches.Length - 1;
            var isTaken = branches[i] == taken;
            lines.Add($"{(isLast ? "└─" : "├─")} {(isTaken ? "▶ " : "")}{branches[i]}");
            if (isTaken)
            {
                lines.AddRange(path.Skip(2).Select((leaf, at) =>
                    $"{(isLast ? " " : "│")}     {(at == path.Count - 3 ? "└─" : "├─")} {leaf}"));
            }
        }

        return lines;
    }
}
