using System.Text.Json;

namespace RollbackOps.Adapters.Changes;

/// <summary>How the rows of one table are written.</summary>
/// <typeparam name="TRow">A row, as the database's engine reads it.</typeparam>
internal interface IChangeFormat<in TRow>
{
    /// <summary>The row's values as an object of JSON.</summary>
    void WriteJson(Utf8JsonWriter json, TRow row);

    /// <summary>Statements that delete the row.</summary>
    void Delete(ChangeFile script, TRow row);

    /// <summary>Statements that insert the row.</summary>
    void Insert(ChangeFile script, TRow row);

    /// <summary>Statements that are still to come, after the last row.</summary>
    void End(ChangeFile deletes, ChangeFile inserts);
}
