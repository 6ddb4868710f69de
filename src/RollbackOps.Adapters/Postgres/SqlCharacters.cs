namespace RollbackOps.Adapters.Postgres;

/// <summary>Which bytes make up what, outside of quotes.</summary>
internal static class SqlCharacters
{
    public static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);

    public static bool IsStartOfWord(byte value) =>
        value is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or >= 0x80;

    public static bool IsPartOfWord(byte value) => IsPartOfVariable(value) || value == '$';

    /// <summary>A variable of psql's.</summary>
    public static bool IsPartOfVariable(byte value) => IsStartOfWord(value) || IsDigit(value);

    public static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
