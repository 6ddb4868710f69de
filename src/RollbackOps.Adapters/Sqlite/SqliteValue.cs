using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>A value as SQLite stores it, with its type and to the byte: a text may hold anything, even no text.</summary>
internal readonly struct SqliteValue : IEquatable<SqliteValue>
{
    // In the order of SQLite's sorting; numbers are sorted by value.
    private const int Null = 0;
    private const int Whole = 1;
    private const int Real = 2;
    private const int Text = 3;
    private const int Blob = 4;

    // So many digits without an exponent every version of SQLite reads exactly: both whole numbers that it divides are.
    private const int ExactDigits = 15;
    private const int LargestShift = 62;

    private readonly int _type;
    private readonly long _whole;
    private readonly double _real;
    private readonly byte[] _bytes;

    private SqliteValue(int type, long whole, double real, byte[] bytes)
    {
        _type = type;
        _whole = whole;
        _real = real;
        _bytes = bytes;
    }

    /// <summary>A column of the row that a statement is at.</summary>
    public static SqliteValue Read(sqlite3_stmt row, int column) => raw.sqlite3_column_type(row, column) switch
    {
        raw.SQLITE_INTEGER => new SqliteValue(Whole, raw.sqlite3_column_int64(row, column), 0, []),
        raw.SQLITE_FLOAT => new SqliteValue(Real, 0, raw.sqlite3_column_double(row, column), []),
        raw.SQLITE_TEXT => new SqliteValue(Text, 0, 0, raw.sqlite3_column_blob(row, column).ToArray()),
        raw.SQLITE_BLOB => new SqliteValue(Blob, 0, 0, raw.sqlite3_column_blob(row, column).ToArray()),
        _ => new SqliteValue(Null, 0, 0, []),
    };

    /// <summary>The order of SQLite's own sorting by BINARY: 1 and 1.0 are one.</summary>
    public static int Compare(in SqliteValue first, in SqliteValue second)
    {
        var order = Rank(first._type) - Rank(second._type);
        return order != 0 ? order : (first._type, second._type) switch
        {
            (Null, _) => 0,
            (Whole, Whole) => first._whole.CompareTo(second._whole),
            (Real, Real) => first._real.CompareTo(second._real),
            (Whole, Real) => Compare(first._whole, second._real),
            (Real, Whole) => -Compare(second._whole, first._real),
            _ => first._bytes.AsSpan().SequenceCompareTo(second._bytes),
        };
    }

    /// <summary>What sets apart values that are one to <see cref="Compare(in SqliteValue, in SqliteValue)"/>.</summary>
    public static int CompareTypes(in SqliteValue first, in SqliteValue second) => first._type - second._type;

    public bool Equals(SqliteValue other) => _type == other._type && Compare(this, other) == 0;

    public override bool Equals(object? obj) => obj is SqliteValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_type, _whole, _real, _bytes.Length);

    /// <summary>The value as SQL writes it: on one line, whatever it holds, and read back as the same.</summary>
    /// <param name="text">How the database encodes texts.</param>
    public string Literal(Encoding text) => _type switch
    {
        Null => "NULL",
        Whole => _whole.ToString(CultureInfo.InvariantCulture),
        Real => LiteralOf(_real),
        Blob => $"X'{Convert.ToHexString(_bytes)}'",
        _ => Decoded(text) is { } read && !read.Any(char.IsControl)
            ? $"'{read.Replace("'", "''", StringComparison.Ordinal)}'"
            : $"CAST(X'{Convert.ToHexString(_bytes)}' AS TEXT)",
    };

    /// <summary>The value as JSON; what JSON has no word for as an object that names it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="text">How the database encodes texts.</param>
    public void WriteJson(Utf8JsonWriter json, Encoding text)
    {
        switch (_type)
        {
            case Null:
                json.WriteNullValue();
                break;
            case Whole:
                json.WriteNumberValue(_whole);
                break;
            case Real when double.IsFinite(_real):
                json.WriteRawValue(Plain(_real));
                break;
            case Real:
                Write("real", _real > 0 ? "Infinity" : "-Infinity");
                break;
            case Text when Decoded(text) is { } read:
                json.WriteStringValue(read);
                break;
            default:
                Write(_type == Text ? "text" : "blob", Convert.ToHexString(_bytes));
                break;
        }

        void Write(string type, string value)
        {
            json.WriteStartObject();
            json.WriteString(type, value);
            json.WriteEndObject();
        }
    }

    private static int Rank(int type) => type == Real ? Whole : type;

    /// <summary>Exactly: a double may lie between two whole numbers that both round to it.</summary>
    private static int Compare(long whole, double real)
    {
        if (real < long.MinValue)
        {
            return 1;
        }

        if (real >= -(double)long.MinValue)
        {
            return -1;
        }

        var floor = (long)Math.Truncate(real);
        return whole != floor ? whole.CompareTo(floor) : 0.0.CompareTo(real - floor);
    }

    /// <summary>The text, or null where the bytes are none.</summary>
    private string? Decoded(Encoding text)
    {
        try
        {
            return text is UTF8Encoding && !Utf8.IsValid(_bytes) ? null : text.GetString(_bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Plain(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    /// <summary>A double that SQLite might not read exactly from its digits is said in whole numbers and powers of two.</summary>
    private static string LiteralOf(double value)
    {
        if (!double.IsFinite(value))
        {
            return value > 0 ? "9e999" : "-9e999";
        }

        var plain = Plain(value);
        if (!plain.Contains('E', StringComparison.Ordinal) && plain.Count(char.IsAsciiDigit) <= ExactDigits)
        {
            return plain;
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var fraction = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        var literal = new StringBuilder("CAST(").Append(value < 0 ? "-" : "").Append(fraction).Append(" AS REAL)");
        for (var shift = Math.Max(exponent, 1) - 1075; shift != 0;)
        {
            var step = Math.Clamp(shift, -LargestShift, LargestShift);
            literal.Append(step < 0 ? '/' : '*').Append("CAST(").Append(1L << Math.Abs(step)).Append(" AS REAL)");
            shift -= step;
        }

        return literal.ToString();
    }
}
