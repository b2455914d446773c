namespace Azure.Data.Tables;

/// <summary>What an action does to its row.</summary>
public enum TableTransactionActionType
{
    /// <summary>Inserts it; it must not exist.</summary>
    Add = 0,

    /// <summary>Changes the columns given, if the row is as expected.</summary>
    UpdateMerge = 1,

    /// <summary>Replaces it, if it is as expected.</summary>
    UpdateReplace = 2,

    /// <summary>Deletes it, if it is as expected.</summary>
    Delete = 3,

    /// <summary>Inserts it or changes the columns given.</summary>
    UpsertMerge = 4,

    /// <summary>Inserts or replaces it.</summary>
    UpsertReplace = 5,
}
