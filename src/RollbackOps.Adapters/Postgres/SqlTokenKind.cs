namespace RollbackOps.Adapters.Postgres;

/// <summary>What <see cref="PsqlLexer"/> finds.</summary>
internal enum SqlTokenKind
{
    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in double quotes.</summary>
    Name,

    /// <summary>A text in quotes of any kind.</summary>
    Literal,

    /// <summary>A number, or the number of a parameter.</summary>
    Number,

    /// <summary>Any other character.</summary>
    Symbol,

    /// <summary>The semicolon at which psql sends the statement.</summary>
    End,

    /// <summary>A backslash outside of quotes, with the rest of its line: a command to psql itself.</summary>
    Command,

    /// <summary>The end of the data of a COPY.</summary>
    CopyEnd,

    /// <summary>What psql and the server, or two versions of them, read differently.</summary>
    Unclear,
}
