namespace RollbackOps.Redaction;

/// <summary>
/// Finds out in one pass over a text which sorts of secret may be in it, so that the patterns, which cost some hundred times
/// as much, only look at texts that hold a sign of theirs.
/// </summary>
/// <remarks>
/// The pass looks at each three characters in a row, of each only the last five bits: letters of either case are the same
/// then. A table of bits tells whether any anchor begins so, which is rare; only then is the text compared with the anchors.
/// </remarks>
internal static class SecretScan
{
    private const int Bits = 5;
    private const int Low = (1 << Bits) - 1;
    private const int Rows = 1 << (3 * Bits);

    /// <summary>How many signs there are.</summary>
    public const int Signs = (int)SecretSign.Name + 1;

    private static readonly Dictionary<int, List<SecretAnchor>> s_anchors = Rowed();
    private static readonly ulong[] s_begins = Marked(s_anchors.Keys);

    /// <summary>Looks for signs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Is filled, by sign, with where the first one stands, or a negative number.</param>
    /// <returns>Whether there is any.</returns>
    public static bool Find(ReadOnlySpan<char> text, Span<int> at)
    {
        at.Fill(-1);
        var begins = s_begins;
        var isAny = false;
        var row = 0;
        for (var end = 0; end < text.Length; end++)
        {
            row = ((row << Bits) | (text[end] & Low)) & (Rows - 1);
            if ((begins[row >> 6] >> (row & 63) & 1) != 0 && end >= 2)
            {
                isAny |= Look(text, end - 2, s_anchors[row], at);
            }
        }

        return isAny;
    }

    private static bool Look(ReadOnlySpan<char> text, int start, List<SecretAnchor> anchors, Span<int> at)
    {
        var isAny = false;
        foreach (var anchor in anchors)
        {
            ref var first = ref at[(int)anchor.Sign];
            if (first < 0 && anchor.IsAt(text, start))
            {
                first = start;
                isAny = true;
            }
        }

        return isAny;
    }

    private static Dictionary<int, List<SecretAnchor>> Rowed()
    {
        var rows = new Dictionary<int, List<SecretAnchor>>();
        foreach (var anchor in SecretAnchors.Make())
        {
            var row = ((anchor.Text[0] & Low) << (2 * Bits)) | ((anchor.Text[1] & Low) << Bits);
            var isShort = anchor.Text.Length == 2;
            // After an anchor of two characters, anything may come.
            for (var third = isShort ? 0 : anchor.Text[2] & Low; third <= (isShort ? Low : anchor.Text[2] & Low); third++)
            {
                if (!rows.TryGetValue(row | third, out var anchors))
                {
                    rows[row | third] = anchors = [];
                }

                anchors.Add(anchor);
            }
        }

        return rows;
    }

    private static ulong[] Marked(IEnumerable<int> rows)
    {
        var marked = new ulong[Rows / 64];
        foreach (var row in rows)
        {
            marked[row >> 6] |= 1UL << (row & 63);
        }

        return marked;
    }
}
