using System.Text;
using Serverless.Functions.Authorization;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Tests.Http;

/// <summary>What is read in one step, and what needs the careful way because something is wrong with it.</summary>
public sealed class QuickReadTests
{
    [Fact]
    public void A_body_that_is_right_is_read_at_once()
    {
        Assert.True(QuickRead.TryRead(
            """{"product":"p","user_key":"k","usage":{"hits":2}}"""u8,
            AuthorizationJson.Default.AuthorizeInput,
            out var input));

        Assert.Equal(("p", "k", 2), (input.Product, input.UserKey, input.Usage!["hits"]));
    }

    [Theory]
    [InlineData("""{"product":"p","other":1}""")]
    [InlineData("""{"product":"p","product":"p"}""")]
    [InlineData("""{"Product":"p"}""")]
    [InlineData("""{"product":1}""")]
    [InlineData("""{"usage":{"hits":1,"hits":1}}""")]
    [InlineData("""{"usage":{"hits":null}}""")]
    [InlineData("""{"usage":{"hits":"1"}}""")]
    [InlineData("""{"usage":{"hits":1.5}}""")]
    [InlineData("""{"product":"\ud800"}""")]
    [InlineData("""{"product":"p"} """ + "x")]
    [InlineData("""{"product":""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public void A_body_with_anything_wrong_is_not(string json) => Assert.False(QuickRead.TryRead(
        Encoding.UTF8.GetBytes(json),
        AuthorizationJson.Default.AuthorizeInput,
        out _));

    [Fact]
    public void A_type_whose_members_have_members_of_their_own_is_not() => Assert.False(QuickRead.TryRead(
        """{"name":"n"}"""u8,
        ProductsJson.Default.ProductInput,
        out _));
}
