namespace RollbackOps.Rollbacks;

/// <summary>Compares names as people count: digits by their number, everything else by its characters.</summary>
internal static class NaturalOrder
{
    public static int Compare(string left, string right)
    {
        var l = left.AsSpan();
        var r = right.AsSpan();
        while (l.Length > 0 && r.Length > 0)
        {
            if (char.IsAsciiDigit(l[0]) && char.IsAsciiDigit(r[0]))
            {
                var a = Number(ref l);
                var b = Number(ref r);
                var order = a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
                if (order != 0)
                {
                    return order;
                }

                continue;
            }

            if (l[0] != r[0])
            {
                return l[0].CompareTo(r[0]);
            }

            l = l[1..];
            r = r[1..];
        }

        return l.Length.CompareTo(r.Length);
    }

    /// <summary>The digits that a text begins with, without leading zeros; the text goes on behind them.</summary>
    private static ReadOnlySpan<char> Number(ref ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var digits = text[..end].TrimStart('0');
        text = text[end..];
        return digits;
    }
}
